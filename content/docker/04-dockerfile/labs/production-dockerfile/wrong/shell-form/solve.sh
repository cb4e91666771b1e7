cat > tides/Dockerfile <<'END'
FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY tides.py .
ENTRYPOINT python tides.py
CMD ["--place", "South Quay"]
END
docker build -t tides:v1 tides
