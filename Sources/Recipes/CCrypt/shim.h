#ifndef IMAGEBAKE_CCRYPT_SHIM_H
#define IMAGEBAKE_CCRYPT_SHIM_H

#include <crypt.h>

#endif
