# Typed as a learner would. Edits of one line are made with sed.
set -e
greeting() { sed -i "s/^GREETING = .*/GREETING = \"$1\"/" report/report.py; }

# step: build-twice
greeting 'Good morning'
docker build -t report:v1 report
docker run --rm report:v1
docker build -t report:v1 report

# step: change-one-line
greeting 'Good evening'
docker build -t report:v2 report
docker run --rm report:v2

# step: reorder
cp .solution/Dockerfile report/Dockerfile
docker build -t report:v3 report

# step: prove-it
# Another line, and back again.
greeting 'Good night'
docker build -t report:v4 report
greeting 'Good evening'
docker build -t report:v5 report

# step: right-miss
grep -qx requests report/requirements.txt || echo requests >> report/requirements.txt
docker build -t report:v6 report
docker run --rm report:v6
