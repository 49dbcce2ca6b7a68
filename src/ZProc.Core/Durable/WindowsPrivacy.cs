using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace ZProc.Core.Durable;

/// <summary>
/// Makes folders and files of Windows that only this user, the system and administrators can enter or read, whatever the folder around
/// them permits. Unproven on Windows.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivacy
{
    private const InheritanceFlags All = InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit;

    /// <summary>Makes a folder. What is made in it later is private, too.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void CreateFolder(string path) => new DirectoryInfo(path).Create(Protect(new DirectorySecurity(), All));

    /// <summary>Makes a file anew, empty and open to write.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static FileStream CreateFile(string path)
    {
        File.Delete(path); // a file that is there would keep its rights
        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.Write, FileShare.Read, 4096, FileOptions.None, Protect(new FileSecurity(), InheritanceFlags.None));
    }

    private static T Protect<T>(T security, InheritanceFlags inheritance)
        where T : FileSystemSecurity
    {
        using var user = WindowsIdentity.GetCurrent();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (var permitted in (IdentityReference[])
        [
            user.User!,
            new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null),
            new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, null),
        ])
        {
            security.AddAccessRule(new FileSystemAccessRule(permitted, FileSystemRights.FullControl, inheritance, PropagationFlags.None, AccessControlType.Allow));
        }

        return security;
    }
}
