cat > ledger/Dockerfile <<'END'
FROM python:3.13-slim
RUN useradd --create-home keeper
WORKDIR /app
COPY ledger.py .
RUN mkdir /data && chown -R keeper /data /app
USER keeper
CMD ["python", "ledger.py"]
END
docker build -t ledger:v3 ledger
