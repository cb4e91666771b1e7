FROM python:3.13-slim
# The first run prepares a database, which may take a while.
ENV PYTHONUNBUFFERED=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120
WORKDIR /app
RUN pip install --no-cache-dir prefect==3.7.2 "fastapi<0.130"
COPY cargo.csv flow.py ./
CMD ["python", "flow.py"]
