FROM python:3.13-slim
RUN useradd --create-home keeper
WORKDIR /app
COPY ledger.py .
USER keeper
CMD ["python", "ledger.py"]
