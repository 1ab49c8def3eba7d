#pragma once

#include <string>

namespace flowrun {

/// Checks that `flow` names a flow file that can be read. Throws Failure, a distinct one each, with what was looked for and
/// what is there: nothing at that path, a folder, a file of unknown kind, a plugin module, no permission.
void require_flow_file(const std::string& flow);

}  // namespace flowrun
