using System.Management.Automation;
using System.Security;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Processes;

namespace ZProc.Values;

/// <summary>
/// A <c>SecureString</c> or <c>PSCredential</c> on its way to a process. It is protected as PowerShell's own jobs protect one: by the
/// system where the system can, and by the way itself, which is memory or the standard input of a child of this session.
/// </summary>
internal static class Secrets
{
    private const string StringType = "ZProc.Values.Secrets+SecureString";
    private const string CredentialType = "ZProc.Values.Secrets+PSCredential";

    /// <summary>The stand-in of a secret.</summary>
    public static PropertyBag ToBag(object secret) => secret is PSCredential credential
        ? new PropertyBag([CredentialType], [new("UserName", credential.UserName), new("Password", credential.Password)])
        : new PropertyBag([StringType], [new("Xml", PSSerializer.Serialize(secret))]);

    /// <summary>The secret that a stand-in stands for; null when it stands for another object.</summary>
    public static object? FromBag(PropertyBag bag) => bag switch
    {
        { TypeNames: [StringType], Properties: [{ Value: string xml }] } => PSSerializer.Deserialize(xml) as SecureString,
        { TypeNames: [CredentialType], Properties: [{ Value: string { Length: > 0 } name }, { Value: SecureString password }] } => new PSCredential(name, password),
        { TypeNames: [CredentialType] } => PSCredential.Empty,
        _ => null,
    };

    /// <summary>Whether a process is given a secret.</summary>
    public static bool AnyIn(ProcessStart start) =>
        start.Arguments.Concat(start.Parameters.Select(static pair => pair.Value)).Append(start.Props).Append(start.RetryProps ?? default)
            .Any(static value => value.Bytes.Span.IndexOf("ZProc.Values.Secrets+"u8) >= 0)
        || start.Using.Values.Concat(start.Input).Any(static value => OutputCodec.EncodeObject(value).Span.IndexOf("<SS"u8) >= 0);
}
