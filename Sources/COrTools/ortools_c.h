// The five functions of CP-SAT's C API (OR-Tools 9.15), as types to bind with dlsym().
//
// Nothing here is linked: the library is found at run time, so that the package builds and every
// other program runs where OR-Tools is missing. An environment serves one solve: a second aborts
// the process, and so do malformed request bytes. That is why CP-SAT only ever runs in a child.
#ifndef HORARIUM_ORTOOLS_C_H
#define HORARIUM_ORTOOLS_C_H
#include <stdint.h>

// Solves `model` (a serialized CpModelProto) under `parameters` (a serialized SatParameters).
// *response receives a malloc'ed CpSolverResponse; the caller frees it with free(). [any thread]
typedef void (*ortools_solve_fn)(const void *model, int model_size, const void *parameters,
                                 int parameters_size, void **response, int *response_size);
// An interruptible environment; good for one solve. [any thread]
typedef void *(*ortools_new_env_fn)(void);
typedef void (*ortools_destroy_env_fn)(void *env);
// Asks the solve that runs in `env` to end soon (20 to 40 ms). [any thread]
typedef void (*ortools_stop_fn)(void *env);
// As ortools_solve_fn, and ends early when ortools_stop_fn is called with the same env. [any thread]
typedef void (*ortools_solve_interruptible_fn)(void *env, const void *model, int model_size,
                                               const void *parameters, int parameters_size,
                                               void **response, int *response_size);
#endif
