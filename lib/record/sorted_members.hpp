#pragma once

#include <vector>

#include "record/value.hpp"

namespace flowrun {

/// The members of an object by their keys, in the order of the keys' bytes. Valid as long as the object's members.
std::vector<const Member*> sorted_members(const Value& object);

}  // namespace flowrun
