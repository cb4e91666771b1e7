FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
RUN python make_table.py && rm /tmp/measurements.raw
CMD python forecast.py
