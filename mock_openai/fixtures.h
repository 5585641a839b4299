/* SPDX-License-Identifier: MIT */
/* A folder of fixtures (brain_fixture.h), one file each: NAME.json. */
#ifndef ET_MOCK_FIXTURES_H
#define ET_MOCK_FIXTURES_H

#include "mock_openai/brain_fixture.h"

/* Adds what is in `folder`, in the order of names.  The complaint names the file. */
int et_fixtures_load(struct et_fixtures *fixtures, const char *folder,
                     struct et_complaint *complaint) ET_MUST_CHECK;

/* The folder itself, if it is not there. */
int et_fixtures_make(const char *folder, struct et_complaint *complaint) ET_MUST_CHECK;

/* Writes one, printed as `text`, under a name made of its path and key; one that is there already
 * is replaced. */
int et_fixture_save(const struct et_fixture *fixture, struct et_slice text, const char *folder,
                    struct et_complaint *complaint) ET_MUST_CHECK;

#endif
