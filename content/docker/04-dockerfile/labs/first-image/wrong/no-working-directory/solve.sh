cat > hello/Dockerfile <<'END'
FROM python:3.13-slim
COPY hello.py .
CMD ["python", "hello.py"]
END
docker build -t hello:v1 hello
