# The requirements are copied on their own, and everything before them.
cat > pipeline/Dockerfile <<'END'
FROM python:3.13-slim
WORKDIR /app
COPY . .
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["python", "pipeline.py"]
END
docker build -t pipeline:v3 pipeline
