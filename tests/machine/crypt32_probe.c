/* The calls of tlswizard/machine/windows.py, in its order and with its constants, which come as -D.
 * Adds the certificate in argv[1] to the user's Root, then prints per location: how many certificates the
 * physical store holds ("none" if there is no such store), and the size of each of the user's.
 */
#include <stdio.h>
#include <windows.h>
#include <wincrypt.h>

static void list(const char *name, DWORD location, const WCHAR *held)
{
    DWORD flags = location << LOCATION_SHIFT | READ_ONLY | OPEN_EXISTING;
    HCERTSTORE store = CertOpenStore((LPCSTR)PROVIDER_SYSTEM_REGISTRY, 0, 0, flags, held);
    PCCERT_CONTEXT context = NULL;
    int count = 0;

    if (!store) {
        DWORD error = GetLastError();
        printf("%s %s %lu\n", name, error == FILE_NOT_FOUND ? "none" : "error", error);
        return;
    }
    while ((context = CertEnumCertificatesInStore(store, context))) {
        DWORD size = 0;
        BYTE label[256];
        BOOL named = CertGetCertificateContextProperty(context, FRIENDLY_NAME_PROPERTY, NULL, &size)
            && size <= sizeof label
            && CertGetCertificateContextProperty(context, FRIENDLY_NAME_PROPERTY, label, &size);
        if (location == USER)
            printf("entry %lu named %d\n", context->cbCertEncoded, named);
        count++;
    }
    printf("%s %d\n", name, count);
    CertCloseStore(store, 0);
}

int main(int argc, char **argv)
{
    static BYTE der[65536];
    CRYPT_DATA_BLOB label = { sizeof L"probe", (BYTE *)L"probe" };
    PCCERT_CONTEXT added;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    size_t size = file ? fread(der, 1, sizeof der, file) : 0;
    HCERTSTORE store = CertOpenStore((LPCSTR)PROVIDER_SYSTEM_REGISTRY, 0, 0, USER << LOCATION_SHIFT, L"Root");

    if (!store || !CertAddEncodedCertificateToStore(
            store, X509_ASN_ENCODING, der, (DWORD)size, CERT_STORE_ADD_ALWAYS, &added)) {
        printf("failed %lu\n", GetLastError());
        return 1;
    }
    CertSetCertificateContextProperty(added, FRIENDLY_NAME_PROPERTY, 0, &label);
    CertFreeCertificateContext(added);
    CertCloseStore(store, 0);
    list("user", USER, L"Root");
    list("machine", MACHINE, L"Root");
    list("absent", USER, L"NobodyMadeThis");
    return 0;
}
