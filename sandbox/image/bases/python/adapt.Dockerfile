# Added to the real image: where pip finds packages, because a lab has no network to fetch them from.
ARG BASE
FROM ${BASE}
RUN mkdir -p /usr/local/share/wheels
COPY pip.conf /etc/pip.conf
