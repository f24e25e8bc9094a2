-- A second look at objects tells what is most probably wrong with them.

ALTER TABLE second_look DROP CONSTRAINT second_look_reason_check;
ALTER TABLE second_look ADD CONSTRAINT second_look_reason_check
    CHECK (reason IN ('model', 'duplicate', 'missed', 'badly_placed', 'wrong_class', 'spurious')) NOT VALID;
