// What Swift needs of libguestfs: the header without its deprecated calls, and stand-ins for what Swift cannot import
// (variadic functions and macros that cast).
#ifndef IMAGEBAKE_CGUESTFS_SHIM_H
#define IMAGEBAKE_CGUESTFS_SHIM_H

#define GUESTFS_NO_DEPRECATED 1
#include <guestfs.h>

// guestfs_create_flags is variadic.
static inline guestfs_h *imagebake_guestfs_create(void) {
    // Without the environment its errors can be caught from guestfs_parse_environment; without the exit handler
    // the handle's owner closes it, and nothing runs behind its back from exit(3).
    return guestfs_create_flags(GUESTFS_CREATE_NO_ENVIRONMENT | GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
}

// The argument masks are casts in macros.
static const uint64_t imagebake_add_drive_format = GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK;
static const uint64_t imagebake_add_drive_cachemode = GUESTFS_ADD_DRIVE_OPTS_CACHEMODE_BITMASK;
static const uint64_t imagebake_add_drive_discard = GUESTFS_ADD_DRIVE_OPTS_DISCARD_BITMASK;
static const uint64_t imagebake_add_drive_blocksize = GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE_BITMASK;
static const uint64_t imagebake_disk_create_backing_file = GUESTFS_DISK_CREATE_BACKINGFILE_BITMASK;
static const uint64_t imagebake_disk_create_backing_format = GUESTFS_DISK_CREATE_BACKINGFORMAT_BITMASK;
static const uint64_t imagebake_copy_attributes_all = GUESTFS_COPY_ATTRIBUTES_ALL_BITMASK;
static const uint64_t imagebake_e2fsck_correct = GUESTFS_E2FSCK_CORRECT_BITMASK;
static const uint64_t imagebake_btrfs_resize_size = GUESTFS_BTRFS_FILESYSTEM_RESIZE_SIZE_BITMASK;
static const uint64_t imagebake_is_file_followsymlinks = GUESTFS_IS_FILE_OPTS_FOLLOWSYMLINKS_BITMASK;
static const uint64_t imagebake_is_dir_followsymlinks = GUESTFS_IS_DIR_OPTS_FOLLOWSYMLINKS_BITMASK;
static const uint64_t imagebake_selinux_relabel_force = GUESTFS_SELINUX_RELABEL_FORCE_BITMASK;

#endif
