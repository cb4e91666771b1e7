# A working directory, and still everything before the installation.
cat > tides/Dockerfile <<'END'
FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["python", "tides.py"]
END
docker build -t tides:v1 tides
