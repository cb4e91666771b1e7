-- Whether a member's account is in the hands of the class's instructors, who may then make a link to
-- set its password: who joined of their own will, or whose account was made for the class. An address
-- that an instructor merely put into a roster gives them nothing.
ALTER TABLE members ADD COLUMN entrusted INTEGER NOT NULL DEFAULT 1;
