# totals reads clean.csv, and its rule does not say so.
cp .solution/Makefile dag/Makefile
docker build -t dag-make -f dag/make.Dockerfile dag
docker run --rm -v "$PWD/dag:/work" dag-make make
