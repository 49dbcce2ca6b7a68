using System.Net;
using System.Security;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for ConvertFrom-SecureString -AsPlainText.</summary>
[Cmdlet(VerbsData.ConvertFrom, "SecureString")]
public sealed class ConvertFromSecureStringCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public SecureString SecureString { get; set; } = new();

    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    [Parameter]
    public byte[]? Key { get => null; set => Refuse(); }

    [Parameter]
    public SecureString? SecureKey { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        if (!AsPlainText)
            Fail("NotSupportedByHost", ErrorCategory.NotImplemented, "ConvertFrom-SecureString without -AsPlainText is not supported by this host.");
        WriteObject(new NetworkCredential(string.Empty, SecureString).Password);
    }
}
