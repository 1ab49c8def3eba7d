#include "state/store/lmdb.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <lmdb.h>
#include <unistd.h>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/failure.hpp"
#include "os/file.hpp"

namespace flowrun::state {
namespace {

constexpr std::size_t largest_map = std::size_t{1} << 40;
constexpr std::size_t smallest_map = std::size_t{1} << 32;

MDB_val value_of(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view view_of(const MDB_val& value) { return {static_cast<const char*>(value.mv_data), value.mv_size}; }

bool is_damage(int code) {
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_NOTFOUND:
    case MDB_KEYEXIST:
    case MDB_INVALID:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_TXN:
    case MDB_BAD_VALSIZE:
    case MDB_BAD_DBI:
    case MDB_VERSION_MISMATCH:
      return true;
    default:
      return false;
  }
}

// LMDB reports as EIO a write that was cut short, because the disk is full or for any other reason. To ask for room in a file
// of no name, at the same place, tells which.
int cause_of_short_write(const std::string& folder, std::uint64_t offset) {
  const FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!file.is_open()) return EIO;
  const int code = ::posix_fallocate(file.number(), static_cast<off_t>(offset), 64 << 20);
  return code == ENOSPC || code == EDQUOT || code == EFBIG ? code : EIO;
}

std::string reason(int code, const std::string& folder, std::uint64_t offset) {
  if (code == MDB_MAP_FULL) code = ENOSPC;
  if (code == EIO) code = cause_of_short_write(folder, offset);
  return ::mdb_strerror(code);
}

MDB_cursor_op operation_of(int operation) { return static_cast<MDB_cursor_op>(operation); }

}  // namespace

void fail_damaged(const std::string& folder, const std::string& what) {
  throw Failure(ExitCode::recovery_unusable, "the recovery directory '" + folder + "' is damaged: " + what);
}

const char* name_of(Table table) {
  constexpr std::array<const char*, tables> names = {"meta", "notes", "manifests", "changes", "snapshot"};
  return names[static_cast<std::size_t>(table)];
}

Environment::Environment(std::string folder, Use use) : folder_(std::move(folder)), use_(use) {
  const std::string data = folder_ + "/data.mdb";
  const bool is_to_be_made = use_ != Use::read_only && ::access(data.c_str(), F_OK) != 0 && errno == ENOENT;
  // Where the system grants little address space (ulimit -v), a smaller map will do; it is memory in name only.
  int code = open(largest_map);
  for (std::size_t bytes = largest_map / 2; code == ENOMEM && bytes >= smallest_map; bytes /= 2) code = open(bytes);
  // A file that was begun and could not be finished would be taken for a damaged store.
  if (code != 0 && is_to_be_made) ::unlink(data.c_str());
  if (code != 0 && !is_damage(code)) throw Failure(ExitCode::recovery_unusable, path_error("open", data, code).message);
  check(code, "open");
}

int Environment::open(std::size_t map_bytes) {
  MDB_env* environment = nullptr;
  if (const int code = ::mdb_env_create(&environment); code != 0) return code;
  environment_.reset(environment);
  ::mdb_env_set_maxdbs(environment, tables);
  ::mdb_env_set_mapsize(environment, map_bytes);
  // Transactions go with their object and not with the thread.
  unsigned flags = MDB_NOTLS;
  if (use_ == Use::quick) flags |= MDB_NOSYNC;
  if (use_ == Use::read_only) flags |= MDB_RDONLY;
  // Nobody writes where there is no lock file, and it must not be made by who only looks.
  if (use_ == Use::read_only && ::access((folder_ + "/lock.mdb").c_str(), W_OK) != 0) flags |= MDB_NOLOCK;
  return ::mdb_env_open(environment, folder_.c_str(), flags, 0600);
}

void Environment::Close::operator()(MDB_env* environment) const { ::mdb_env_close(environment); }

bool Environment::is_new() const { return last_transaction() == 0; }

std::uint64_t Environment::last_transaction() const {
  MDB_envinfo information;
  check(::mdb_env_info(environment_.get(), &information), "read");
  return information.me_last_txnid;
}

std::uint64_t Environment::first_page(std::uint64_t transaction) const {
  int descriptor = -1;
  check(::mdb_env_get_fd(environment_.get(), &descriptor), "read");
  std::array<char, 256> page{};  // more than LMDB uses of it
  const std::uint64_t offset = (transaction & 1) * page_bytes();
  for (std::size_t read = 0; read < page.size();) {
    const auto count = read_some_at(descriptor, offset + read, std::span(page).subspan(read), folder_ + "/data.mdb");
    if (!count) throw Failure(ExitCode::recovery_unusable, count.error().message);
    if (*count == 0) fail_damaged(folder_, "its file data.mdb ends within its first pages");
    read += *count;
  }
  return XXH3_64bits(page.data(), page.size());
}

std::size_t Environment::page_bytes() const {
  MDB_stat statistics;
  check(::mdb_env_stat(environment_.get(), &statistics), "read");
  return statistics.ms_psize;
}

std::uint64_t Environment::used_bytes() const {
  MDB_envinfo information;
  check(::mdb_env_info(environment_.get(), &information), "read");
  return (information.me_last_pgno + 1) * page_bytes();
}

void Environment::release_dead_readers() {
  int dead = 0;
  check(::mdb_reader_check(environment_.get(), &dead), "write");
}

void Environment::copy_to(int descriptor, const std::string& path) const {
  const int code = ::mdb_env_copyfd2(environment_.get(), descriptor, MDB_CP_COMPACT);
  if (is_damage(code)) check(code, "read");
  if (code != 0)
    throw Failure(ExitCode::running_failed,
                  "cannot write '" + path + "': " + reason(code, std::filesystem::path(path).parent_path(), 0));
}

void Environment::check(int code, std::string_view doing) const {
  if (code == 0) return;
  if (is_damage(code)) fail_damaged(folder_, ::mdb_strerror(code));
  throw Failure(ExitCode::running_failed, "cannot " + std::string(doing) + " the recovery directory '" + folder_ +
                                              "': " + reason(code, folder_, used_bytes()));
}

Transaction::Transaction(Environment& environment, Access access) : environment_(environment) {
  MDB_txn* transaction = nullptr;
  environment.check(::mdb_txn_begin(environment.environment_.get(), nullptr,
                                    access == Access::read ? unsigned{MDB_RDONLY} : 0u, &transaction),
                    access == Access::read ? "read" : "write");
  transaction_.reset(transaction);
}

void Transaction::Abort::operator()(MDB_txn* transaction) const { ::mdb_txn_abort(transaction); }

std::uint64_t Transaction::number() const { return ::mdb_txn_id(transaction_.get()); }

void Transaction::open_tables() {
  open_tables(0);
  for (const unsigned handle : environment_.tables_) {
    unsigned flags = 0;
    environment_.check(::mdb_dbi_flags(transaction_.get(), handle, &flags), "read");
    if (flags != 0) fail_damaged(folder(), "a table has options that it should not have");
  }
}

void Transaction::create_tables() { open_tables(MDB_CREATE); }

void Transaction::open_tables(unsigned flags) {
  for (std::size_t table = 0; table < tables; ++table) {
    const char* const name = name_of(static_cast<Table>(table));
    const int code = ::mdb_dbi_open(transaction_.get(), name, flags, &environment_.tables_[table]);
    if (code == MDB_NOTFOUND)
      fail_damaged(folder(), "its file data.mdb has no table `" + std::string(name) + "`: not written by flowrun?");
    environment_.check(code, "read");
  }
}

std::optional<std::string_view> Transaction::find(Table table, std::string_view key) const {
  MDB_val sought = value_of(key), found;
  const int code =
      ::mdb_get(transaction_.get(), environment_.tables_[static_cast<std::size_t>(table)], &sought, &found);
  if (code == MDB_NOTFOUND) return std::nullopt;
  environment_.check(code, "read");
  return view_of(found);
}

void Transaction::put(Table table, std::string_view key, std::string_view value) {
  MDB_val sought = value_of(key), stored = value_of(value);
  environment_.check(
      ::mdb_put(transaction_.get(), environment_.tables_[static_cast<std::size_t>(table)], &sought, &stored, 0),
      "write");
}

bool Transaction::erase(Table table, std::string_view key) {
  MDB_val sought = value_of(key);
  const int code =
      ::mdb_del(transaction_.get(), environment_.tables_[static_cast<std::size_t>(table)], &sought, nullptr);
  if (code == MDB_NOTFOUND) return false;
  environment_.check(code, "write");
  return true;
}

std::uint64_t Transaction::rows(Table table) const {
  MDB_stat statistics;
  environment_.check(::mdb_stat(transaction_.get(), environment_.tables_[static_cast<std::size_t>(table)], &statistics),
                     "read");
  return statistics.ms_entries;
}

void Transaction::commit() { environment_.check(::mdb_txn_commit(transaction_.release()), "write"); }

Cursor::Cursor(const Transaction& transaction, Table table) : environment_(transaction.environment_) {
  MDB_cursor* cursor = nullptr;
  environment_.check(
      ::mdb_cursor_open(transaction.transaction_.get(), environment_.tables_[static_cast<std::size_t>(table)], &cursor),
      "read");
  cursor_.reset(cursor);
}

void Cursor::Close::operator()(MDB_cursor* cursor) const { ::mdb_cursor_close(cursor); }

bool Cursor::seek(std::string_view key) {
  key_ = key;
  return move(MDB_SET_RANGE);
}

bool Cursor::next() { return move(MDB_NEXT); }

bool Cursor::move(int operation) {
  MDB_val key = value_of(key_), value{};
  const int code = ::mdb_cursor_get(cursor_.get(), &key, &value, operation_of(operation));
  if (code == MDB_NOTFOUND) return false;
  environment_.check(code, "read");
  key_ = view_of(key);
  value_ = view_of(value);
  return true;
}

}  // namespace flowrun::state
