-- The gradebook asks how many scores of a class a platform did not take.
CREATE INDEX lti_passbacks_faults ON lti_passbacks (platform, resource) WHERE fault IS NOT NULL;
