#include "test/test.h"
