~/yard/start.sh
