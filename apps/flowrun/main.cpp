#include <cstdio>
#include <cstring>

#include "builtins.hpp"
#include "flow/plan.hpp"

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "version") == 0) {
    std::puts("flowrun " FLOWRUN_VERSION);
    return 0;
  }
  return 2;
}
