/* SPDX-License-Identifier: MIT */
/* Wordy English and its short equal, in any sentence.  Left out on purpose: "as well as" ("as well
 * as possible"), "the majority of" ("of the" or not), and all that only a reader can tell.
 *
 * No row may hold another except at its end: a row is replaced as soon as its last word is read. */
#include "core/prompt/compress.h"

#define ROW(wordy, brief)                                                                          \
    {                                                                                              \
        {wordy, sizeof wordy - 1},                                                                 \
        {                                                                                          \
            brief, sizeof brief - 1                                                                \
        }                                                                                          \
    }

const struct et_wordy et_wordy_table[] = {
    ROW("a great number of", "many"),
    ROW("a large number of", "many"),
    ROW("a sufficient amount of", "enough"),
    ROW("a sufficient number of", "enough"),
    ROW("and please", "and"),
    ROW("are able to", "can"),
    ROW("are required to", "must"),
    ROW("at all times", "always"),
    ROW("at the present time", "now"),
    ROW("at this point in time", "now"),
    ROW("but please", "but"),
    ROW("by means of", "by"),
    ROW("despite the fact that", "although"),
    ROW("due to the fact that", "because"),
    ROW("during the course of", "during"),
    ROW("each and every", "every"),
    ROW("for the purpose of", "for"),
    ROW("for the reason that", "because"),
    ROW("has the ability to", "can"),
    ROW("have the ability to", "can"),
    ROW("in a timely manner", "promptly"),
    ROW("in close proximity to", "near"),
    ROW("in comparison with", "compared with"),
    ROW("in conjunction with", "with"),
    ROW("in order to", "to"),
    ROW("in regard to", "about"),
    ROW("in relation to", "about"),
    ROW("in spite of the fact that", "although"),
    ROW("in the absence of", "without"),
    ROW("in the course of", "during"),
    ROW("in the event that", "if"),
    ROW("in the near future", "soon"),
    ROW("is able to", "can"),
    ROW("is required to", "must"),
    ROW("it is important to note that", ""),
    ROW("it is worth noting that", ""),
    ROW("it should be noted that", ""),
    ROW("keep in mind that", ""),
    ROW("make sure that", "make sure"),
    ROW("make use of", "use"),
    ROW("makes use of", "uses"),
    ROW("making use of", "using"),
    ROW("note that", ""),
    ROW("on a daily basis", "daily"),
    ROW("on a regular basis", "regularly"),
    ROW("on a weekly basis", "weekly"),
    ROW("on the basis of", "based on"),
    ROW("owing to the fact that", "because"),
    ROW("please", ""),
    ROW("prior to", "before"),
    ROW("subsequent to", "after"),
    ROW("take into account", "consider"),
    ROW("take into consideration", "consider"),
    ROW("takes into consideration", "considers"),
    ROW("until such time as", "until"),
    ROW("whether or not", "whether"),
    ROW("with regard to", "about"),
    ROW("with the exception of", "except"),
};

const size_t et_wordy_count = sizeof et_wordy_table / sizeof et_wordy_table[0];
