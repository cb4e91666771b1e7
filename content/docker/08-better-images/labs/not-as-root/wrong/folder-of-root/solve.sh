cat > ledger/Dockerfile <<'END'
FROM python:3.13-slim
RUN useradd --create-home keeper && mkdir /data
WORKDIR /app
COPY ledger.py .
USER keeper
CMD ["python", "ledger.py"]
END
docker build -t ledger:v3 ledger
