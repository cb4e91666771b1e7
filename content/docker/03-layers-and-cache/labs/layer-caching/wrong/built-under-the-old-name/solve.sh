docker build -t report:v1 report
sed -i 's/Good morning/Good evening/' report/report.py
docker build -t report:v1 report
