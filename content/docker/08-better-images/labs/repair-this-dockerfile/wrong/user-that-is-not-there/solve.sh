cat > forecast/Dockerfile <<'END'
FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
RUN python make_table.py && rm /tmp/measurements.raw
USER keeper
CMD python forecast.py
END
docker build -t forecast:v1 forecast
