cp .solution/flow.py dag/flow.py
docker build -t dag-flow:v2 -f dag/flow.Dockerfile dag
docker run --name flow-2 -e AWAY=1 dag-flow:v2 || true
