# Added to the real image: packages that labs install, because a lab has no network to fetch them from.
ARG BASE
FROM ${BASE}
COPY wheels/ /usr/local/share/wheels/
ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/usr/local/share/wheels
