# The volume is mounted beside the folder that the script writes to.
docker build -t pipeline:v1 pipeline
docker run --name night-1 -v "$PWD/pipeline/in:/data/in:ro" -v reports:/data/output pipeline:v1
