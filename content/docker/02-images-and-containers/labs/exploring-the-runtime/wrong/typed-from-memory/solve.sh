# Looked at nothing and answered what the last course said.
true
