# Every fault but the first: the measurements are still removed one layer too late.
cat > forecast/Dockerfile <<'END'
FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY make_table.py .
RUN python make_table.py
RUN rm /tmp/measurements.raw
COPY forecast.py .
USER 1000
CMD ["python", "forecast.py"]
END
docker build -t forecast:v1 forecast
