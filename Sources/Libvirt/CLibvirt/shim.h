#ifndef IMAGEBAKE_CLIBVIRT_SHIM_H
#define IMAGEBAKE_CLIBVIRT_SHIM_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

// VIR_DOMAIN_EVENT_CALLBACK is a function-like macro, which Swift does not import. The cast is the one that the macro makes.
static inline int imagebake_register_lifecycle(
    virConnectPtr connection, virDomainPtr domain, virConnectDomainEventCallback callback, void *opaque,
    virFreeCallback release)
{
    return virConnectDomainEventRegisterAny(
        connection, domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

#endif
