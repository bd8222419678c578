// The header is the whole target; this file checks that it compiles alone, as C11.
#include "weighting_plugin.h"
