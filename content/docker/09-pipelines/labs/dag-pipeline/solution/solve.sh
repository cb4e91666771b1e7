# Typed as a learner would.
set -e
docker rm -f flow-1 flow-2 >/dev/null 2>&1 || true
rm -f dag/clean.csv dag/totals.txt dag/largest.txt dag/report.txt

# step: rules
cp .solution/Makefile dag/Makefile
docker build -t dag-make -f dag/make.Dockerfile dag
docker run --rm -v "$PWD/dag:/work" dag-make
cat dag/report.txt

# step: out-of-date
docker run --rm -v "$PWD/dag:/work" dag-make
sleep 1
touch dag/totals.py
docker run --rm -v "$PWD/dag:/work" dag-make

# step: flow
cp .solution/flow.py dag/flow.py
docker build -t dag-flow:v1 -f dag/flow.Dockerfile dag
docker run --name flow-1 dag-flow:v1

# step: retries
cp .solution/retries.py dag/flow.py
docker build -t dag-flow:v2 -f dag/flow.Dockerfile dag
docker run --name flow-2 -e AWAY=1 dag-flow:v2
