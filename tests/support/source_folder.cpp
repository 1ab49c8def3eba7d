#include "support/source_folder.hpp"

namespace flowrun {

std::filesystem::path source_folder() { return FLOWRUN_SOURCE_DIR; }

}  // namespace flowrun
