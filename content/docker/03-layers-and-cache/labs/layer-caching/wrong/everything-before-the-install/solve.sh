docker build -t report:v1 report
sed -i 's/Good morning/Good evening/' report/report.py
docker build -t report:v2 report
# One more COPY, and the first one still copies everything.
cp .solution/Dockerfile report/Dockerfile
docker build -t report:v3 report
