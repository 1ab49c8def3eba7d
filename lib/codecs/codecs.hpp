#pragma once

#include "component/registry.hpp"

namespace flowrun {

/// The codecs that ship, each in a file of its name.
CodecEntry json_codec();
CodecEntry lines_codec();
CodecEntry csv_codec();
CodecEntry raw_codec();

/// Adds them to the registry.
void add_codecs(Registry& registry);

}  // namespace flowrun
