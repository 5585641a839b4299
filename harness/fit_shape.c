/* SPDX-License-Identifier: MIT */
#include "harness/fit_shape.h"

#include "core/base/law.h"

#include <math.h>

enum { POINTS = 2000, GRID = 64, GOLDEN = 40, ROUNDS = 60 };

static const double BODY = 0.95;    /* the share of the times the body is taken from */
static const double FAR_Z = 4.7534; /* one in a million is farther */
static const double SIGMA_MAX = 3, SIGMA_MIN = 1e-4;

double et_fit_normal(double p)
{
    static const struct et_law law = {
        .kind = ET_LAW_LOGNORMAL, .scale = 1000000000000, .shape_milli = 1000};
    return log((double)et_law_value(&law, (uint64_t)(p * 0x1p63) * 2) / 1e12);
}

double et_fit_quantile(const double *sorted, size_t count, double p)
{
    double rank = ceil(p * (double)count);
    size_t i = rank < 1 ? 0 : (size_t)rank - 1;
    return sorted[i < count ? i : count - 1];
}

/* Points of the probability plot: times of the body and the normal quantiles of their ranks. */
struct plot {
    double times[POINTS], normals[POINTS];
    size_t count;
};

static void draw_plot(struct plot *plot, const double *sorted, size_t count)
{
    size_t body = (size_t)ceil((double)count * BODY);
    plot->count = body < POINTS ? body : POINTS;
    for (size_t i = 0; i < plot->count; i++) {
        size_t rank = (size_t)(((double)i + 0.5) * (double)body / (double)plot->count);
        plot->times[i] = sorted[rank];
        plot->normals[i] = et_fit_normal(((double)rank + 0.5) / (double)count);
    }
}

struct line {
    double place, slope, error; /* of ln(time - floor); mean square of the relative errors */
};

/* Weighted so that what is small is the relative error of the times, not of what is above the
 * floor: a time next to the floor hardly counts. */
static struct line line_above(const struct plot *plot, double floor)
{
    double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < plot->count; i++) {
        double over = plot->times[i] - floor, part = over / plot->times[i], w = part * part;
        double z = plot->normals[i], time = log(over);
        n += w, x += w * z, y += w * time;
        xx += w * z * z, yy += w * time * time, xy += w * z * time;
    }
    double vx = xx - x * x / n, vy = yy - y * y / n, v = xy - x * y / n;
    double slope = vx > 0 ? v / vx : 0;
    return (struct line){y / n - slope * x / n, slope, (vy - slope * v) / (double)plot->count};
}

/* How far below the least time the floor is, from a 4,096th of it to all of it, as powers of 2. */
static double floor_at(const struct plot *plot, double power)
{
    return plot->times[0] * (1 - exp2(power));
}

static double error_at(const struct plot *plot, double power)
{
    return line_above(plot, floor_at(plot, power)).error;
}

static double best_floor(const struct plot *plot)
{
    const double ratio = (sqrt(5) - 1) / 2, step = 12.0 / GRID;
    double best = 0;
    for (int i = 1; i <= GRID; i++)
        if (error_at(plot, -step * i) < error_at(plot, best))
            best = -step * i;
    double low = best - step, high = best + step < 0 ? best + step : 0;
    for (int i = 0; i < GOLDEN; i++) {
        double a = high - ratio * (high - low), b = low + ratio * (high - low);
        if (error_at(plot, a) < error_at(plot, b))
            high = b;
        else
            low = a;
    }
    return floor_at(plot, (low + high) / 2);
}

static void fit_body(struct et_fit_shape *shape, const struct plot *plot, bool has_floor)
{
    double least = plot->times[0], most = plot->times[plot->count - 1];
    if (most <= least) { /* all the same */
        shape->median = least;
        return;
    }
    shape->floor = has_floor ? best_floor(plot) : 0;
    struct line line = line_above(plot, shape->floor);
    shape->median = exp(line.place);
    shape->sigma = line.slope < SIGMA_MAX ? line.slope : SIGMA_MAX;
}

/* The body's time at z deviations. */
static double body_at(const struct et_fit_shape *shape, double z)
{
    return shape->floor + shape->median * exp(shape->sigma * z);
}

static double log_density(double time, double median, double sigma)
{
    if (time <= 0)
        return -1e9;
    double z = log(time / median) / sigma;
    return -z * z / 2 - log(time * sigma) - 0.918938533204673; /* ln sqrt(2 pi) */
}

/* The times that the choice is made by: above the body's p90. */
struct top {
    const double *times;
    size_t count, all;
};

static double plain_likelihood(const struct et_fit_shape *shape, struct top top)
{
    double sum = 0;
    for (size_t i = 0; i < top.count; i++)
        sum += log_density(top.times[i] - shape->floor, shape->median, shape->sigma);
    return sum;
}

/* Hill's estimate of the exponent beyond 1 - share, and how likely it makes the top. */
static double tail_likelihood(struct et_fit_shape *shape, struct top top, double share)
{
    double edge = body_at(shape, -et_fit_normal(share)) - shape->floor, logs = 0, sum = 0;
    size_t beyond = 0;
    for (size_t i = 0; i < top.count; i++) {
        double time = top.times[i] - shape->floor;
        if (time > edge)
            logs += log(time / edge), beyond++;
        else
            sum += log_density(time, shape->median, shape->sigma);
    }
    if (beyond < 10)
        return -INFINITY;
    double exponent = (double)beyond / logs;
    shape->tail_share = share;
    shape->tail_exponent = exponent < 1 ? 1 : exponent > 100 ? 100 : exponent;
    double a = shape->tail_exponent; /* density share x a / edge x (edge / time)^(a + 1) */
    return sum + (double)beyond * log(share * a / edge) - (a + 1) * logs;
}

/* Chance that a time of the top is a stall. */
static double is_stall(const struct et_fit_shape *shape, double time)
{
    double typical = shape->floor + shape->median;
    double stall = log_density(time - typical, shape->stall_median, shape->stall_sigma);
    double body = log_density(time - shape->floor, shape->median, shape->sigma);
    double odds = log(shape->stall_share / (1 - shape->stall_share)) + stall - body;
    return odds > 30 ? 1 : odds < -30 ? 0 : 1 / (1 + exp(-odds));
}

/* One round of expectation and maximisation; how many stalls there are. */
static double improve_stalls(struct et_fit_shape *shape, struct top top, bool first)
{
    double typical = shape->floor + shape->median, far = body_at(shape, FAR_Z);
    double weight = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < top.count; i++) {
        double w = first ? top.times[i] > far : is_stall(shape, top.times[i]);
        double time = w > 0 ? log(top.times[i] - typical) : 0;
        weight += w, sum += w * time, squares += w * time * time;
    }
    if (weight < 0.5)
        return 0;
    double mean = sum / weight, variance = squares / weight - mean * mean;
    shape->stall_median = exp(mean);
    shape->stall_sigma = weight < 5 ? 0.8 : sqrt(variance > 0.01 ? variance : 0.01);
    shape->stall_share = weight / (double)top.all;
    return weight;
}

static double stalls_likelihood(struct et_fit_shape *shape, struct top top)
{
    for (int i = 0; i < ROUNDS; i++)
        if (improve_stalls(shape, top, i == 0) == 0)
            return -INFINITY;
    if (shape->stall_median < 5 * (body_at(shape, 2.3263) - shape->floor))
        return -INFINITY;
    double typical = shape->floor + shape->median;
    double sum = (double)(top.all - top.count) * log1p(-shape->stall_share);
    for (size_t i = 0; i < top.count; i++) {
        double body = log_density(top.times[i] - shape->floor, shape->median, shape->sigma);
        double stall = log_density(top.times[i] - typical, shape->stall_median, shape->stall_sigma);
        sum += log((1 - shape->stall_share) * exp(body) + shape->stall_share * exp(stall));
    }
    return sum;
}

static void choose(struct et_fit_shape *shape, struct top top)
{
    static const double shares[] = {0.1, 0.05, 0.02, 0.01};
    double best = plain_likelihood(shape, top);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        struct et_fit_shape tail = *shape;
        double likelihood = tail_likelihood(&tail, top, shares[i]) - 2 - 3;
        if (likelihood > best) {
            best = likelihood;
            shape->kind = ET_FIT_TAIL;
            shape->tail_share = tail.tail_share;
            shape->tail_exponent = tail.tail_exponent;
        }
    }
    struct et_fit_shape stalls = *shape;
    if (stalls_likelihood(&stalls, top) - 3 - 3 > best) {
        *shape = stalls;
        shape->kind = ET_FIT_STALLS;
    }
}

/* Where a time is more likely a stall than not. */
static double least_stall(const struct et_fit_shape *shape)
{
    double low = body_at(shape, 0), high = body_at(shape, FAR_Z) + shape->stall_median;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (is_stall(shape, middle) > 0.5)
            high = middle;
        else
            low = middle;
    }
    return high;
}

struct et_fit_shape et_fit_shape(const double *sorted, size_t count, struct et_fit_wish wish)
{
    struct et_fit_shape shape = {.kind = ET_FIT_PLAIN};
    struct plot plot;
    draw_plot(&plot, sorted, count);
    fit_body(&shape, &plot, wish.has_floor);
    size_t below = 0;
    while (below < count && sorted[below] <= body_at(&shape, 1.2816))
        below++;
    if (!wish.plain && shape.sigma > SIGMA_MIN)
        choose(&shape, (struct top){sorted + below, count - below, count});
    shape.over = shape.kind == ET_FIT_STALLS ? least_stall(&shape) : body_at(&shape, FAR_Z);
    return shape;
}
