-- What of a class is not graded yet, or could not be: few rows beside those that are.
CREATE INDEX submissions_unsettled ON submissions (assignment, account) WHERE state <> 'graded';
