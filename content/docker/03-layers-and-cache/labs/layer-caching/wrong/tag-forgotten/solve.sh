cd report && docker build .
