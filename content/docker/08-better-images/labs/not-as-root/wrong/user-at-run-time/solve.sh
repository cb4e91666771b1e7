docker build -t ledger:v2 ledger
# Right for this one container; the image is as it was.
docker run --rm --user 1000 ledger:v2 id
