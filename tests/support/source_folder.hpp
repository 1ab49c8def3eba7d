#pragma once

#include <filesystem>

namespace flowrun {

/// The checkout that the tests were built from.
std::filesystem::path source_folder();

}  // namespace flowrun
