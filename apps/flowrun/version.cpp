#include <cstdio>

#include "command.hpp"

namespace flowrun {

Command version_command() {
  Command made;
  made.name = "version";
  made.summary = "the version of this binary";
  made.run = [](const Invocation&) {
    std::puts("flowrun " FLOWRUN_VERSION);
    return 0;
  };
  return made;
}

}  // namespace flowrun
