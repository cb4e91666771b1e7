FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY make_table.py .
RUN python make_table.py && rm /tmp/measurements.raw
COPY forecast.py .
CMD python forecast.py
