// UD2, the objective of ITC-2007's curriculum-based track: only the four weighted constraints that it knows, at
// its prices. In plain C, to show that a strategy needs nothing but weighting_plugin.h.
#include "weighting_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct price {
    const char *term;
    int32_t weight;
} prices[] = {
    {"constraint.course.min-working-days", 5},
    {"constraint.group.isolated-periods", 2},
    {"constraint.course.room-stability", 1},
    {"constraint.room.capacity", 1},
};

static const ttw_option_info_t options[] = {
    {"scale", "Multiplies UD2's prices; matters only beside other weighted constraints.", 1, 1000, 1,
     TTW_OPTION_IS_INTEGER},
    {"others", "The price of weighted constraints that UD2 does not know.", 0, 1000, 1, TTW_OPTION_IS_INTEGER},
};

static const ttw_descriptor_t descriptor = {
    .struct_size = sizeof(ttw_descriptor_t),
    .abi = {TTW_ABI_MAJOR, TTW_ABI_MINOR},
    .id = "org.horarium.ud2",
    .name = "UD2",
    .version = "1.0.0",
    .summary = "The scores of ITC-2007's curriculum-based course timetabling; criteria count nothing.",
    .option_count = sizeof options / sizeof *options,
    .options = options,
};

typedef struct ud2 {
    ttw_strategy_t strategy;
    const ttw_problem_t *problem;
    int32_t scale, others;
} ud2_t;

static ttw_status configure(ttw_strategy_t *strategy, const ttw_option_t *values, uint32_t count, uint64_t seed,
                            ttw_error_t *error) {
    ud2_t *self = strategy->strategy_data;
    (void)seed, (void)error; // UD2 has nothing to draw, and the host has checked the ranges
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(values[i].id, "scale") == 0) self->scale = (int32_t)values[i].value;
        if (strcmp(values[i].id, "others") == 0) self->others = (int32_t)values[i].value;
    }
    return TTW_OK;
}

static int is_constraint(const ttw_term_t *term) { return strncmp(term->id, "constraint.", 11) == 0; }

static ttw_status prepare(ttw_strategy_t *strategy, const ttw_problem_t *problem, ttw_error_t *error) {
    ud2_t *self = strategy->strategy_data;
    uint32_t constraints = 0;
    for (uint32_t i = 0; i < problem->term_count; i++) constraints += is_constraint(&problem->terms[i]);
    if (constraints == 0) {
        snprintf(error->message, sizeof error->message,
                 "the problem has no weighted constraint, and UD2 weighs nothing else\n"
                 "Maybe choose org.horarium.balanced");
        return TTW_INVALID_PROBLEM;
    }
    self->problem = problem;
    return TTW_OK;
}

static ttw_status choose_weights(ttw_strategy_t *strategy, const ttw_solution_t *best, int32_t *weights,
                                 ttw_error_t *error) {
    const ud2_t *self = strategy->strategy_data;
    (void)best, (void)error;
    for (uint32_t i = 0; i < self->problem->term_count; i++) {
        const ttw_term_t *term = &self->problem->terms[i];
        weights[i] = is_constraint(term) ? self->others : 0;
        for (size_t k = 0; k < sizeof prices / sizeof *prices; k++)
            if (strcmp(term->id, prices[k].term) == 0) weights[i] = prices[k].weight * self->scale;
    }
    return TTW_OK;
}

static void finish(ttw_strategy_t *strategy) { ((ud2_t *)strategy->strategy_data)->problem = NULL; }
static void destroy(ttw_strategy_t *strategy) { free(strategy->strategy_data); }
static const void *get_extension(const ttw_strategy_t *strategy, const char *id) {
    (void)strategy, (void)id;
    return NULL;
}

static ttw_strategy_t *create(const char *id, const ttw_host_t *host, ttw_error_t *error) {
    (void)host;
    ud2_t *self = strcmp(id, descriptor.id) == 0 ? calloc(1, sizeof *self) : NULL;
    if (!self) {
        snprintf(error->message, sizeof error->message, "there is no strategy '%s' in this library", id);
        return NULL;
    }
    self->scale = self->others = 1;
    self->strategy = (ttw_strategy_t){sizeof(ttw_strategy_t), &descriptor, self, configure, prepare, choose_weights,
                                      finish, destroy, get_extension};
    return &self->strategy;
}

static uint32_t count(void) { return 1; }
static const ttw_descriptor_t *describe(uint32_t index) { return index == 0 ? &descriptor : NULL; }
static const ttw_strategy_factory_t factory = {sizeof(ttw_strategy_factory_t), count, describe, create};

static ttw_status init(const char *path, ttw_error_t *error) {
    (void)path, (void)error;
    return TTW_OK;
}
static void deinit(void) {}
static const void *get_factory(const char *id) { return strcmp(id, TTW_FACTORY_STRATEGY) == 0 ? &factory : NULL; }

__attribute__((visibility("default"))) const ttw_entry_t *ttw_plugin_entry(void) {
    static const ttw_entry_t entry = {sizeof(ttw_entry_t), {TTW_ABI_MAJOR, TTW_ABI_MINOR}, init, deinit, get_factory};
    return &entry;
}
