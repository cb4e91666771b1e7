# Added to the real image: settings for a machine without a network.
ARG BASE
FROM ${BASE}
COPY npmrc /usr/local/etc/npmrc
