# The steps of the lab leave one folder: all six images are built from it. The greeting of v4 is
# changed in a copy, as the learner changed it and back.
docker build -t report:v1 report || exit
docker tag report:v1 report:v2
docker build -t report:v3 report
cp -r report /tmp/another
sed -i 's/^GREETING = .*/GREETING = "Good night"/' /tmp/another/report.py
docker build -t report:v4 /tmp/another
docker build -t report:v5 report
docker build -t report:v6 report
