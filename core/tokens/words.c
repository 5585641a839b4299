/* SPDX-License-Identifier: MIT */
#include "core/tokens/words.h"

#include "core/base/draw.h"

#include <string.h>

/* Every word here is one token with a space in front, in both encodings; starters also without. */
struct word {
    char text[ET_WORD_BYTES];
    uint8_t size;
};

/* clang-format off */
#define W(word) {" " word, sizeof word}

static const struct word starters[] = {
    W("The"), W("This"), W("That"), W("Every"), W("Each"), W("Another"), W("One"), W("Our"),
    W("My"), W("Your"), W("Their"), W("His"), W("Her"), W("Some"), W("Any"), W("No"), W("Its"),
};

static const struct word determiners[] = {
    W("the"), W("this"), W("that"), W("every"), W("each"), W("another"), W("one"), W("our"),
    W("my"), W("your"), W("their"), W("his"), W("her"), W("some"), W("any"), W("no"), W("its"),
};

static const struct word adjectives[] = {
    W("old"), W("new"), W("small"), W("large"), W("quiet"), W("long"), W("short"), W("simple"),
    W("clear"), W("early"), W("late"), W("open"), W("free"), W("local"), W("public"), W("private"),
    W("major"), W("minor"), W("recent"), W("common"), W("useful"), W("fresh"), W("bright"),
    W("dark"), W("warm"), W("cold"), W("fast"), W("slow"), W("heavy"), W("light"), W("strong"),
    W("weak"), W("clean"), W("safe"), W("rich"), W("poor"), W("deep"), W("wide"), W("narrow"),
    W("young"), W("ancient"), W("modern"), W("real"), W("true"), W("false"), W("whole"), W("great"),
    W("little"), W("better"), W("best"), W("final"), W("first"), W("second"), W("third"), W("next"),
    W("last"), W("main"), W("central"), W("direct"), W("hidden"), W("gentle"), W("golden"),
    W("silver"), W("green"), W("blue"), W("red"), W("white"), W("black"), W("brown"), W("gray"),
    W("broken"), W("empty"), W("full"), W("careful"), W("perfect"), W("normal"), W("special"),
    W("regular"), W("foreign"), W("famous"), W("honest"), W("patient"), W("serious"), W("curious"),
};

static const struct word nouns[] = {
    W("river"), W("garden"), W("bridge"), W("paper"), W("house"), W("city"), W("road"), W("window"),
    W("door"), W("table"), W("book"), W("letter"), W("question"), W("answer"), W("report"),
    W("story"), W("number"), W("name"), W("place"), W("station"), W("market"), W("street"),
    W("village"), W("mountain"), W("forest"), W("island"), W("ocean"), W("harbor"), W("ship"),
    W("train"), W("car"), W("plane"), W("engine"), W("machine"), W("computer"), W("screen"),
    W("keyboard"), W("phone"), W("camera"), W("picture"), W("song"), W("dance"), W("game"),
    W("team"), W("player"), W("coach"), W("teacher"), W("student"), W("school"), W("class"),
    W("lesson"), W("doctor"), W("nurse"), W("hospital"), W("office"), W("company"), W("customer"),
    W("worker"), W("manager"), W("leader"), W("member"), W("friend"), W("neighbor"), W("mother"),
    W("father"), W("sister"), W("brother"), W("child"), W("baby"), W("family"), W("king"),
    W("queen"), W("soldier"), W("army"), W("bank"), W("price"), W("bill"), W("order"), W("cache"),
    W("queue"), W("server"), W("client"), W("token"), W("model"), W("template"), W("prompt"),
    W("service"), W("provider"), W("request"), W("message"), W("system"), W("plan"), W("project"),
    W("idea"), W("problem"), W("solution"), W("reason"), W("result"), W("change"), W("test"),
    W("rule"), W("law"), W("court"), W("judge"), W("lawyer"), W("police"), W("winter"), W("summer"),
    W("spring"), W("morning"), W("evening"), W("night"), W("day"), W("week"), W("month"), W("year"),
    W("century"), W("moment"), W("minute"), W("hour"), W("season"), W("storm"), W("wind"),
    W("rain"), W("snow"), W("fire"), W("water"), W("stone"), W("tree"), W("flower"), W("bird"),
    W("dog"), W("cat"), W("horse"), W("fish"), W("lion"), W("bear"), W("farm"), W("field"),
    W("kitchen"), W("room"), W("wall"), W("floor"), W("roof"), W("tower"), W("castle"), W("church"),
    W("museum"), W("library"), W("hotel"), W("restaurant"), W("coffee"), W("bread"), W("apple"),
    W("orange"), W("lemon"), W("sugar"), W("salt"), W("dinner"), W("lunch"), W("breakfast"),
    W("cup"), W("glass"), W("bottle"), W("box"), W("bag"), W("coat"), W("shirt"), W("shoe"),
    W("hat"), W("ring"), W("key"), W("lock"), W("clock"), W("watch"), W("map"), W("flag"),
    W("line"), W("circle"), W("square"), W("corner"), W("center"), W("edge"), W("side"), W("top"),
    W("bottom"), W("end"), W("start"),
};

static const struct word verbs[] = {
    W("needs"), W("follows"), W("finds"), W("takes"), W("gives"), W("makes"), W("keeps"),
    W("holds"), W("brings"), W("builds"), W("breaks"), W("buys"), W("sells"), W("sends"),
    W("reads"), W("writes"), W("opens"), W("closes"), W("moves"), W("turns"), W("calls"), W("asks"),
    W("tells"), W("shows"), W("sees"), W("hears"), W("knows"), W("thinks"), W("wants"), W("likes"),
    W("loves"), W("hates"), W("helps"), W("leads"), W("leaves"), W("meets"), W("pays"), W("plays"),
    W("puts"), W("pulls"), W("pushes"), W("runs"), W("saves"), W("serves"), W("starts"), W("stops"),
    W("supports"), W("teaches"), W("tests"), W("touches"), W("tries"), W("uses"), W("visits"),
    W("wins"), W("covers"), W("carries"), W("catches"), W("changes"), W("checks"), W("cleans"),
    W("creates"), W("crosses"), W("cuts"), W("draws"), W("drives"), W("drops"), W("eats"),
    W("enters"), W("explains"), W("fills"), W("fixes"), W("gets"), W("grows"), W("hides"),
    W("hits"), W("includes"), W("joins"), W("learns"), W("lets"), W("lists"), W("loses"),
    W("marks"), W("matches"), W("measures"), W("mentions"), W("misses"), W("names"), W("notes"),
    W("notices"), W("offers"), W("orders"), W("owns"), W("passes"), W("picks"), W("places"),
    W("plans"), W("points"), W("presents"), W("produces"), W("proves"), W("protects"),
    W("provides"), W("raises"), W("reaches"), W("receives"), W("records"), W("reduces"),
    W("remembers"), W("removes"), W("repeats"), W("replaces"), W("reports"), W("requires"),
    W("returns"), W("reviews"), W("rules"), W("seeks"), W("sets"), W("shares"), W("signs"),
    W("solves"), W("states"), W("stores"), W("studies"), W("suggests"), W("tracks"), W("trusts"),
    W("understands"), W("values"), W("watches"),
};

static const struct word adverbs[] = {
    W("often"), W("always"), W("never"), W("seldom"), W("rarely"), W("quickly"), W("slowly"),
    W("quietly"), W("clearly"), W("simply"), W("usually"), W("sometimes"), W("soon"), W("still"),
    W("also"), W("now"), W("then"), W("again"), W("almost"), W("already"), W("finally"),
    W("really"), W("only"), W("just"), W("even"), W("hardly"), W("nearly"), W("easily"),
    W("carefully"), W("gently"), W("exactly"), W("directly"), W("certainly"), W("probably"),
    W("perhaps"),
};

static const struct word prepositions[] = {
    W("near"), W("with"), W("under"), W("behind"), W("beside"), W("above"), W("below"), W("after"),
    W("before"), W("during"), W("without"), W("within"), W("against"), W("across"), W("along"),
    W("around"), W("beyond"), W("inside"), W("outside"), W("over"), W("through"), W("toward"),
    W("towards"), W("between"), W("from"), W("for"), W("by"), W("at"), W("in"), W("on"),
};

static const struct word conjunctions[] = {
    W("and"), W("but"), W("while"), W("because"), W("when"), W("where"), W("although"), W("unless"),
    W("since"), W("until"), W("if"), W("so"), W("yet"), W("or"),
};

static const struct word stops[] = {{".", 1}};
static const struct word commas[] = {{",", 1}};

#define LIST(list) {list, sizeof list / sizeof *list}
/* clang-format on */

/* What the letters of a plan stand for. */
static const struct {
    const struct word *words;
    uint32_t count;
} lists[128] = {
    ['S'] = LIST(starters),     ['d'] = LIST(determiners),  ['a'] = LIST(adjectives),
    ['n'] = LIST(nouns),        ['v'] = LIST(verbs),        ['r'] = LIST(adverbs),
    ['p'] = LIST(prepositions), ['c'] = LIST(conjunctions), [','] = LIST(commas),
    ['.'] = LIST(stops),
};

enum { BLOCK = 16, WORDS_PER_DRAW = 4, DRAWS = 1 + BLOCK / WORDS_PER_DRAW };

/* Whole sentences that fill a block, so that each block is made without knowing the one before. */
static const char plans[][BLOCK + 1] = {
    "Sanvdn.Snvdnpdn.", "Snvdn.Sanvdnpdn.", "Sanrvdan.Sanvdn.", "Sanvdn,cdanrvdn.",
    "Sanpdnrvdanpdan.", "Snrvdn.Snpdnvdn.", "Snvdan.Sanrvdan.", "Snvdn.Snvdnpdan.",
};

static const char *plan_of(uint64_t seed, uint64_t who, uint64_t block)
{
    uint64_t bits = et_draw(seed, who, ET_DRAW_WORD, (uint32_t)(block * DRAWS));
    return plans[et_draw_below(bits, sizeof plans / sizeof *plans)];
}

/* The bits for four words, 16 each; `quarter` counts from 0 in the block. */
static uint64_t words_of(uint64_t seed, uint64_t who, uint64_t block, uint32_t quarter)
{
    return et_draw(seed, who, ET_DRAW_WORD, (uint32_t)(block * DRAWS + 1 + quarter));
}

static const struct word *choose(char letter, uint64_t bits, uint32_t place)
{
    uint32_t sixteen = bits >> (place % WORDS_PER_DRAW * 16) & 0xFFFF;
    return &lists[(unsigned char)letter].words[sixteen * lists[(unsigned char)letter].count >> 16];
}

struct et_slice et_words_token(uint64_t seed, uint64_t who, uint64_t nth)
{
    uint64_t block = nth / BLOCK;
    uint32_t place = nth % BLOCK;
    uint64_t bits = words_of(seed, who, block, place / WORDS_PER_DRAW);
    const struct word *word = choose(plan_of(seed, who, block)[place], bits, place);
    size_t space = nth == 0;
    return (struct et_slice){word->text + space, word->size - space};
}

/* The first `count` tokens of a block into `out`, which has room for BLOCK * ET_WORD_BYTES. */
static size_t write_block(uint64_t seed, uint64_t who, uint64_t block, uint32_t count, char *out)
{
    const char *plan = plan_of(seed, who, block);
    uint64_t bits = 0;
    size_t size = 0;
    for (uint32_t place = 0; place < count; place++) {
        if (place % WORDS_PER_DRAW == 0)
            bits = words_of(seed, who, block, place / WORDS_PER_DRAW);
        const struct word *word = choose(plan[place], bits, place);
        memcpy(out + size, word->text, ET_WORD_BYTES);
        size += word->size;
    }
    return size;
}

int et_words_write(uint64_t seed, uint64_t who, uint64_t count, struct et_text *out)
{
    char bytes[BLOCK * ET_WORD_BYTES];
    for (uint64_t block = 0; block * BLOCK < count && !et_text_failed(out); block++) {
        uint64_t left = count - block * BLOCK;
        size_t size = write_block(seed, who, block, left < BLOCK ? (uint32_t)left : BLOCK, bytes);
        size_t space = block == 0;
        et_text_add(out, (struct et_slice){bytes + space, size - space});
    }
    return et_text_failed(out);
}
