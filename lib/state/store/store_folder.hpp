#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "os/file.hpp"

namespace flowrun::state {

/// What the last transaction has left behind: its number, and a checksum of the page that LMDB begins with since then. It
/// stands beside the lock, for LMDB takes the older of its two first pages where the other has been damaged.
struct LastTransaction {
  std::uint64_t number = 0;
  std::uint64_t first_page = 0;
};
/// Nothing where nobody has noted it, or what was noted is damaged. It may be older than the store.
std::optional<LastTransaction> last_transaction(const std::string& folder);

/// The folder of a store, held for one job as long as this lives. README.md says which files are in it.
class StoreFolder {
 public:
  /// Makes the folder where it is not there. Failure: exit 11 where another job holds it, exit 10 where it cannot be a store;
  /// then nothing in it has been touched.
  explicit StoreFolder(std::string path);

  const std::string& path() const { return path_; }
  /// Not durable: after a crash of the machine an older one may stand there.
  void note(const LastTransaction& last);

 private:
  void lock();
  void write_line(const std::string& line, std::size_t offset);

  std::string path_;
  FileDescriptor lock_;
};

/// Fails with exit 10 where the folder is not there, is none, or lies where LMDB cannot work.
void require_local_folder(const std::string& path);
/// Fails with exit 10 where there is no store in the folder.
void require_store(const std::string& path);

/// Makes the file of a store in a folder that is not there or is empty: what `write` has put into it is there with its name
/// and for good, or nothing is.
void make_store_file(const std::string& folder,
                     const std::function<void(int descriptor, const std::string& path)>& write);

}  // namespace flowrun::state
