# The first image is the one that the learner was given; the others come from the Dockerfile that was
# handed in.
docker build -t tides:v1 -f .grading/one-stage.Dockerfile tides
docker build -t tides:v3 tides || exit
docker tag tides:v3 tides:v2
docker build --target build -t tides:tools tides
