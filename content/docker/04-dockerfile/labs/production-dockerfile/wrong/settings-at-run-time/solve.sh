cp .solution/order.Dockerfile tides/Dockerfile
docker build -t tides:v1 tides
# Right for this one container, and forgotten at night.
docker run --rm -e PYTHONUNBUFFERED=1 -e PYTHONDONTWRITEBYTECODE=1 --label org.opencontainers.image.title=tides tides:v1
